/** A module in the folder of `from`, an `import.meta.url`; the same in the sources and in the build. */
export function siblingModule(from: string, name: string): URL {
  return new URL(`./${name}.${from.endsWith('.ts') ? 'ts' : 'js'}`, from);
}
