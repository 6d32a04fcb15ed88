/** Names of the manual whose parts do not exist yet: whoever sets one is told that it changes nothing. */
export const NOT_YET: readonly string[] = ['DOCKER_USERNAME', 'DOCKER_PASSWORD'];
