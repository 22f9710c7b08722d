import { join } from 'node:path';
import ts from 'typescript';

/** What the compiler says of these files of a fresh copy, under the repository's own options; empty when nothing. */
export function typeErrors(folder: string, files: readonly string[]): string {
  const read = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...read.config, include: [], files }, ts.sys, folder);
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    { ...options, noEmit: true },
  );
  return ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => folder,
    getNewLine: () => '\n',
  });
}
