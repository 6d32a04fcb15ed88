/** How much an LRU cache keeps: `most` entries, whose room is taken as they come. Its own `max` reserves all of it at once. */
export const roomFor = (most: number) => ({ maxSize: most, sizeCalculation: () => 1 });
