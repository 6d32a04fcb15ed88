/** Who answers. */
export const serverInfo = (version: string) => ({
  name: 'h200-mug-positioning',
  title: 'Intelligent Mug Positioning',
  version,
});
