// SPDX-License-Identifier: Apache-2.0
// Writes each context of the packages to a file of its own, and a line for it: package, address, file.
import {readFileSync, writeFileSync} from 'node:fs';

const packages = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);
let number = 0;
for(const name of packages) {
  const module = await import(name);
  for(const [address, context] of module.contexts ?? module.default.contexts) {
    const file = `published-${++number}.jsonld`;
    writeFileSync(file, JSON.stringify(context));
    console.log([name, address, file].join('\t'));
  }
}
