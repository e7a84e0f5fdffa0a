import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { makeFolders, tryFolder } from './make-folders.ts'
import { makeRunFolder } from './run-folder.ts'

const folder = temporaryFolder('make-folders')

describe('folders', () => {
  it('are made with those above them, and may be there already', () => {
    const deep = join(folder, 'a/b/c')
    makeFolders(deep)
    makeFolders(deep)
    makeFolders('/')
    expect(statSync(deep).isDirectory()).toBe(true)
  })

  it('may be links to folders', () => {
    mkdirSync(join(folder, 'target'))
    symlinkSync(join(folder, 'target'), join(folder, 'link'))
    makeFolders(join(folder, 'link/below'))
    expect(existsSync(join(folder, 'target/below'))).toBe(true)
  })

  it.each(['file', 'file/below', 'nowhere', 'nowhere/below'])('cannot be made where %s is in the way', (name) => {
    writeFileSync(join(folder, 'file'), '')
    if (!readdirSync(folder).includes('nowhere')) symlinkSync(join(folder, 'missing/target'), join(folder, 'nowhere'))
    for (const make of [makeFolders, tryFolder]) expect(() => make(join(folder, name))).toThrow()
    expect(existsSync(join(folder, 'missing'))).toBe(false)
  })

  it('leave nothing behind when they are tried', () => {
    tryFolder(join(folder, 'tried'))
    expect(readdirSync(join(folder, 'tried'))).toEqual([])
  })
})

// Where there is no /proc, none can be made either, for a reason of its own.
const REASON = existsSync('/proc/self') ? 'no folder can be made in /proc' : /./

describe('a file system that takes no folders', () => {
  it('is told at once, and not tried for ever', () => {
    for (const name of ['/proc/faultline', '/proc/faultline/below'])
      for (const make of [makeFolders, tryFolder]) expect(() => make(name)).toThrow(REASON)
    expect(() => makeRunFolder('/proc', 'calm', 7)).toThrow(REASON)
  })

  it('is told also where only the last folder is missing', () => {
    expect(() => tryFolder('/proc')).toThrow(REASON)
  })
})
