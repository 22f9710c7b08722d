import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { badInput } from './document.ts';

/** Where an option has a file written, looked at before anything is paid for that goes into it. Throws `invalid_request`. */
export function outFile(io: Io, path: string, option: string): string {
  const file = resolve(io.cwd, path);
  const isDirectory = (name: string) => statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isDirectory(file)) throw badInput([{ path: option, message: `${file} is a directory; name a file in it` }]);
  if (!isDirectory(dirname(file)))
    throw badInput([
      { path: option, message: `there is no directory ${dirname(file)}; make it, or name another file` },
    ]);
  return file;
}
