import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const lib = fileURLToPath(new URL('../../lib', import.meta.url));
/** The entry points: lib/index.ts, and the index.ts of each folder that has one. */
const doors = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(\w+\/)?index\.ts$/.test(file))
  .map((file) => `${lib}/${file}`);
const program = ts.createProgram(doors, {
  module: ts.ModuleKind.NodeNext,
  allowImportingTsExtensions: true,
  noEmit: true,
});
const checker = program.getTypeChecker();

const symbols = doors.flatMap((door) =>
  checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(door)!)!).map((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    return { name: exported.name, symbol };
  }),
);

/** The members that users meet: of interfaces and classes, without what is private. */
const members = symbols.flatMap(({ name, symbol }) =>
  [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])]
    .filter(
      ({ declarations = [], flags }) =>
        flags & (ts.SymbolFlags.ClassMember | ts.SymbolFlags.Property) &&
        declarations.every(
          (member) =>
            !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) &&
            !(ts.isClassElement(member) && member.name && ts.isPrivateIdentifier(member.name)),
        ),
    )
    .filter((member) => member.name !== 'prototype' && !overrides(symbol, member))
    .map((member) => ({ name: `${name}.${member.name}`, symbol: member })),
);

/** What a base or an interface of the symbol documents is documented. */
function overrides(symbol: ts.Symbol, member: ts.Symbol): boolean {
  const heritage = (symbol.declarations ?? []).flatMap((declaration) =>
    ts.isClassDeclaration(declaration) ? [...(declaration.heritageClauses ?? [])] : [],
  );
  return heritage
    .flatMap(({ types }) => [...types])
    .some((type) => checker.getTypeAtLocation(type).getProperty(member.name) !== undefined);
}

describe('the public symbols', () => {
  it.each(symbols)('$name should have a doc comment with an example and a @see', ({ symbol }) => {
    const tags = symbol.getJsDocTags(checker).map(({ name }) => name);
    expect(ts.displayPartsToString(symbol.getDocumentationComment(checker))).toMatch(/\w.*[.;]/s);
    expect(tags).toContain('example');
    expect(tags).toContain('see');
  });

  it.each(members)('$name should have a doc comment', ({ symbol }) => {
    expect(ts.displayPartsToString(symbol.getDocumentationComment(checker))).toMatch(/\w/);
  });
});
