/** With a larger half-width of the scale's 90 % interval, as a share of it, lengths are guesses: that is said first. */
export const GUESSED_SCALE = 0.4;
