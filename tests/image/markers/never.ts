/** A thread's module that never answers. */
export default function look(): never {
  for (;;);
}
