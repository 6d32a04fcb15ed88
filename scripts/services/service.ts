/** A server that tests need and that the project does not bring. */
export interface Service {
  readonly name: string;
  /**
   * Installs it where that is needed and starts it; it goes on when this process ends. Throws NotHere where this machine
   * cannot have it.
   */
  start(folders: Folders, say: (text: string) => void): Promise<Started>;
}

export interface Folders {
  /** Of programs, kept for the next time. */
  readonly installed: string;
  /** Of what the server writes; goes when it is stopped. */
  readonly data: string;
}

export interface Started {
  /** Null: it was only installed, tests start it. */
  readonly pid: number | null;
  /** Further processes of it. */
  readonly more?: readonly number[];
  /** What tests are told. */
  readonly env: Readonly<Record<string, string>>;
}

/** The machine cannot have it: no Python, no way to the registry. */
export class NotHere extends Error {}
