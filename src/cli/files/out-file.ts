import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { badInput } from './document.ts';

/** Where an option has a file written, looked at before anything is paid for that goes into it. Throws `invalid_request`. */
export function outFile(io: Io, path: string, option: string): string {
  const file = resolve(io.cwd, path);
  if (isDirectory(file)) throw badInput([{ path: option, message: `${file} is a directory; name a file in it` }]);
  if (!isDirectory(dirname(file)))
    throw badInput([
      { path: option, message: `there is no directory ${dirname(file)}; make it, or name another file` },
    ]);
  return file;
}

/** Where an option has several files written: a directory that is empty, or still to be made. Throws `invalid_request`. */
export function outDirectory(io: Io, path: string, option: string): string {
  const directory = resolve(io.cwd, path);
  let there = directory;
  while (!existsSync(there)) there = dirname(there);
  if (!isDirectory(there))
    throw badInput([{ path: option, message: `${there} is a file; name a directory that is empty or not there yet` }]);
  if (there === directory && readdirSync(directory).length > 0)
    throw badInput([
      { path: option, message: `${path} has files in it, which must not mix with others; name another directory` },
    ]);
  return directory;
}

const isDirectory = (name: string) => statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
