import { expect, it } from 'vitest'
import { byPlace, placeOf } from './place.ts'

it('is told by the name that the traffic gave', () => {
  expect(['p-1', 'p-137'].map(placeOf)).toEqual([0, 136])
})

it('is none where the traffic gave no such name', () => {
  expect(['p-0', 'p-01', 'p-', 'o-1', 'p-1x', 'p-1e3', 'p-9999999999999999', ''].map(placeOf)).toEqual(
    Array.from({ length: 8 }, () => undefined),
  )
})

it('orders by number and not by text, strangers last', () => {
  expect(['z', 'p-10', 'a', 'p-9', 'p-100'].sort(byPlace)).toEqual(['p-9', 'p-10', 'p-100', 'a', 'z'])
})
