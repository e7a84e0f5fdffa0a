/** A chart as plain data: what the PNG renderer and the page's script both draw, and the table that says the same in figures. */

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** Fillings that tell areas apart without colour. */
export const HATCHES = ['none', 'diagonal', 'dots', 'back-diagonal', 'grid', 'horizontal', 'vertical', 'cross'] as const
export type Hatch = (typeof HATCHES)[number]

/** A Chart.js dataset, as far as it is used here; `hatch` and `texts` are read by `marks.ts`. */
export type Dataset = { readonly label: string; readonly data: readonly Plain[] } & { readonly [key: string]: Plain }

/** A Chart.js configuration without functions. */
export interface ChartConfig {
  readonly type: 'bar' | 'line'
  readonly data: { readonly labels?: readonly Plain[]; readonly datasets: readonly Dataset[] }
  readonly options: { readonly [key: string]: Plain }
}

export interface DataTable {
  /** The first names the rows. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface ChartSpec {
  /** Also the name of its PNG file, and the anchor in the page. */
  readonly id: string
  readonly title: string
  /** How to read it, in one sentence. */
  readonly about: string
  /** What it shows, for someone who cannot see it. */
  readonly label: string
  readonly config: ChartConfig
  readonly table: DataTable
  /** What a picture that stands alone has to say besides; the page says it elsewhere. */
  readonly besides?: string
}

/** Colours that stay apart for colour-blind readers: M. Okabe and K. Ito, "Color Universal Design", 2008. */
export const OKABE_ITO = {
  orange: '#E69F00',
  sky: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
  grey: '#999999',
} as const

/** One look for each variant: colour, dashes and marker all differ, so that any one of them is enough. */
const LOOKS = [
  { color: OKABE_ITO.vermillion, dash: [], marker: 'circle' },
  { color: OKABE_ITO.orange, dash: [10, 5], marker: 'triangle' },
  { color: OKABE_ITO.blue, dash: [3, 4], marker: 'rect' },
  { color: OKABE_ITO.green, dash: [14, 4, 3, 4], marker: 'rectRot' },
  { color: OKABE_ITO.purple, dash: [6, 3], marker: 'star' },
  { color: OKABE_ITO.sky, dash: [16, 6], marker: 'crossRot' },
  { color: OKABE_ITO.grey, dash: [2, 6], marker: 'cross' },
  { color: '#7D6BD0', dash: [8, 3, 2, 3], marker: 'rectRounded' },
  { color: '#9C6B3C', dash: [20, 4], marker: 'dash' },
] as const

/** Line and marker of the variant at this place. After nine variants the looks repeat. */
export function lineLook(at: number): { readonly [key: string]: Plain } {
  const look = LOOKS[at % LOOKS.length] ?? LOOKS[0]
  return {
    borderColor: look.color,
    backgroundColor: look.color,
    borderDash: [...look.dash],
    borderWidth: 3,
    pointStyle: look.marker,
  }
}

const LONG_NAME = 12
/** Beside a row there is more room than below a column. */
export const LONG_BESIDE = 22
/** Beyond this a name leaves no room for its bars; tables have it whole. */
const LONGEST_NAME = 40

/** A long name on several lines, broken after `+` or a hyphen, so that axes need not tilt it. @param longest a line */
export function axisName(whole: string, longest = LONG_NAME): Plain {
  const letters = Array.from(whole)
  const name = letters.length <= LONGEST_NAME ? whole : `${letters.slice(0, LONGEST_NAME - 1).join('')}…`
  if (name.length <= longest) return name
  const lines: string[] = []
  for (const part of name.split(/(?<=[+\-_ ])/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + part.length <= longest) lines[lines.length - 1] = last + part
    else lines.push(part)
  }
  return lines
}

/** Options that all charts share. */
export function commonOptions(title: string, about: string): { readonly [key: string]: Plain } {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    locale: 'en-US',
    plugins: commonPlugins(title, about),
  }
}

/** @param more further plugins' options */
export function commonPlugins(
  title: string,
  about: string,
  more: { readonly [key: string]: Plain } = {},
): { readonly [key: string]: Plain } {
  return {
    title: { display: true, text: title },
    subtitle: { display: true, text: about },
    legend: { position: 'bottom', labels: { usePointStyle: true } },
    ...more,
  }
}
