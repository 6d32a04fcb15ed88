/** A thread that never answers a JPEG, and dies of everything else. */
export default function odd({ format }: { readonly format: string }): never {
  if (format !== 'jpeg') process.exit(1);
  for (;;);
}
