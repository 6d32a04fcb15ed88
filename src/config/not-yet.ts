/** Names of the manual whose parts do not exist yet: whoever sets one is told that it changes nothing. */
export const NOT_YET: readonly string[] = [
  'RUNPOD_API_KEY',
  'RUNPOD_NETWORK_VOLUME_ID',
  'FLASHBOOT_ENABLED',
  'DOCKER_USERNAME',
  'DOCKER_PASSWORD',
];
