// SPDX-License-Identifier: Apache-2.0
// The same as ours.c, in jsonld.js: node peer.mjs FOLDER SECONDS CONTEXTS-FOLDER
import {readFileSync} from 'node:fs';
import jsonld from 'jsonld';

const [folder, seconds, contexts] = process.argv.slice(2);
const read = path => JSON.parse(readFileSync(path, 'utf8'));
const known = {
  'https://www.w3.org/ns/activitystreams': read(`${contexts}/activitystreams.jsonld`),
  'https://w3id.org/security/v1': read(`${contexts}/security_v1.jsonld`),
  'https://bocage.example/.well-known/context.jsonld': read(`${folder}/semapps.json`)
};
const documentLoader = url => {
  if(!(url in known)) throw new Error(`no ${url}`);
  return {documentUrl: url, document: known[url], contextUrl: null};
};
const options = {documentLoader, base: 'https://bocage.example/'};
const now = () => { const {user, system} = process.cpuUsage(); return user + system; };

async function round(run, micros) {
  const begun = now();
  let calls = 0, end = begun;
  do {
    await run();
    calls++;
    if(calls % 8 === 0 || end === begun) end = now();
  } while(end - begun < micros);
  end = now();
  return (end - begun) / calls;
}

for(const name of ['create', 'organisation', 'container']) {
  const text = readFileSync(`${folder}/${name}.json`, 'utf8');
  const document = JSON.parse(text), frame = read(`${folder}/${name}-frame.json`), context = frame['@context'];
  const operations = {
    expand: () => jsonld.expand(document, options),
    compact: () => jsonld.compact(document, context, options),
    frame: () => jsonld.frame(document, frame, options),
    toRdf: () => jsonld.toRDF(document, options),
    parse: () => JSON.parse(text)
  };
  for(const [operation, run] of Object.entries(operations)) {
    await round(run, seconds * 1e6); // the compiler of V8 needs to see it first
    const rounds = [];
    for(let i = 0; i < 5; i++) rounds.push(await round(run, seconds * 2e5));
    console.log(operation, name, rounds.sort((a, b) => a - b)[2].toFixed(2));
  }
}
