/** Called with how each combination went, and what was printed. */
export type Report = (combination: string, ok: boolean, output: string) => void;
