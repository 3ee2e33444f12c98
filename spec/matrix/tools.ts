import { platform, arch } from 'node:process';
import { project } from './project.ts';
import { NODES, RUNTIMES, TYPESCRIPTS } from './versions.ts';

/** The Nodes, the other runtimes and the TypeScripts, all in one folder. */
export class Tools {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async install(folder: string): Promise<Tools> {
    // The packages that hold the binary; `node` itself only fetches one of them in a script.
    const nodePackage = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
    await project(folder, [
      ...NODES.map((version) => `node-${version}@npm:${nodePackage}@${version}`),
      ...Object.keys(RUNTIMES),
      ...TYPESCRIPTS.map((version) => `typescript-${version}@npm:typescript@${version}`),
    ]);
    return new Tools(folder);
  }

  node(version: string): string {
    return `${this.#folder}/node_modules/node-${version}/bin/node`;
  }

  runtime(name: keyof typeof RUNTIMES): string {
    return `${this.#folder}/node_modules/.bin/${name}`;
  }

  /** A program for Node. */
  tsc(version: string): string {
    return `${this.#folder}/node_modules/typescript-${version}/bin/tsc`;
  }
}
