import { cleanAll } from '../clean-result.ts'
import { drawPngs } from '../pictures/png.ts'
import { slideChart } from './chart.ts'
import type { Study } from './study.ts'
import { studyFacts } from './words.ts'

/** `study.png`. Throws with one sentence where this machine cannot draw. */
export function renderStudyPng(raw: Study): Promise<Map<string, Buffer>> {
  const study = cleanAll(raw)
  return drawPngs([slideChart(study)], `${study.scenario} · ${studyFacts(study)}`)
}
