// SPDX-License-Identifier: Apache-2.0
// The same as ours.c with rdf-validate-shacl: node peer.mjs SHAPES.ttl DATA.ttl SECONDS
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
const require = createRequire(path.join(process.cwd(), 'package.json'))
const load = async name => import(pathToFileURL(require.resolve(name)))
const { Parser, Store } = await load('n3')
const { default: Validator } = await import(pathToFileURL(path.join(process.cwd(), 'node_modules/rdf-validate-shacl/index.js')))
const read = file => new Store(new Parser({ baseIRI: 'http://localhost:3000/' }).parse(fs.readFileSync(file, 'utf8')))
const [shapes, data, seconds] = [read(process.argv[2]), read(process.argv[3]), Number(process.argv[4])]
const validator = new Validator(shapes)
let report
for (let i = 0; i < 300; i++) report = await validator.validate(data) // until it is compiled
let count = 0
const begun = process.cpuUsage()
const spent = () => { const { user, system } = process.cpuUsage(begun); return (user + system) / 1e6 }
while (spent() < seconds) for (let i = 0; i < 20; i++, count++) report = await validator.validate(data)
console.log((spent() / count * 1e6).toFixed(3), report.results.length)
