/** Draws the charts with the Chart.js that the page carries, in the colours of the reader's scheme, each when it comes near the window. */

/**
 * `startCharts()`: without it, or should it fail, the tables beside the charts are opened instead. Needs `createMarks` of
 * `charts/marks.ts`, and `unpackText` of packed.ts.
 */
export const CHART_SCRIPT = `
/** A copy of a chart's configuration, with the points that chart-data.ts packed. */
function unpackChart(config) {
  const copy = JSON.parse(JSON.stringify(config))
  for (const dataset of copy.data.datasets) {
    const xy = dataset.xy ?? []
    for (let at = 0; at < xy.length; at += 2) dataset.data.push({ x: xy[at], y: xy[at + 1] })
    delete dataset.xy
  }
  return copy
}

/** Runs Chart.js. It comes packed, and as a script element: pages may not turn text into code in any other way. */
async function loadChartJs() {
  const script = document.createElement('script')
  script.textContent = await unpackText('packed-chart-js')
  document.head.append(script)
}

async function startCharts() {
  const root = document.documentElement
  const specs = JSON.parse(document.getElementById('chart-data').textContent)
  const drawn = new Map()
  const narrow = () => innerWidth < 700

  // A small screen has no room for names beside the lanes, nor for large marks: numbers, explained in the legend.
  function shrink(config) {
    const lanes = config.options.scales.lanes
    const names = lanes ? lanes.labels : []
    for (const dataset of config.data.datasets) {
      if (Array.isArray(dataset.pointRadius)) dataset.pointRadius = dataset.pointRadius.map((size) => size * 0.6)
      else if (dataset.pointRadius) dataset.pointRadius *= 0.6
      const at = names.indexOf(dataset.label)
      if (at >= 0) dataset.label = at + 1 + ' ' + dataset.label
      if (dataset.yAxisID === 'lanes') for (const mark of dataset.data) mark.y = String(names.indexOf(mark.y) + 1)
    }
    if (lanes) lanes.labels = names.map((_, at) => String(at + 1))
  }

  function setDefaults() {
    const style = getComputedStyle(root)
    Chart.defaults.color = style.getPropertyValue('--ink').trim()
    Chart.defaults.borderColor = style.getPropertyValue('--line').trim()
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
    Chart.defaults.font.size = narrow() ? 11 : Math.round(parseFloat(style.fontSize) * 0.8)
    return style.getPropertyValue('--paper').trim()
  }

  function fail(error) {
    root.classList.remove('drawn')
    for (const table of document.querySelectorAll('.chart details')) table.open = true
    throw error
  }

  function draw(spec) {
    try {
      drawn.get(spec.id)?.destroy()
      const paper = setDefaults()
      const config = unpackChart(spec.config)
      const plugins = config.options.plugins
      plugins.title.display = plugins.subtitle.display = false
      plugins.legend.labels.boxWidth = plugins.legend.labels.boxHeight = narrow() ? 7 : 9
      plugins.marks = Object.assign({ paper }, plugins.marks)
      if (narrow()) shrink(config)
      drawn.set(spec.id, new Chart(document.getElementById('canvas-' + spec.id), config))
    } catch (error) {
      fail(error)
    }
  }

  // At once, and not when all is ready: the page keeps its height.
  root.classList.add('drawn')
  try {
    await loadChartJs()
    Chart.register(createMarks((width, height) => Object.assign(document.createElement('canvas'), { width, height })))
    Chart.register(createLaneMarks())
    Chart.register(createChangeMarks())
  } catch (error) {
    fail(error)
  }
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      const spec = specs.find(({ id }) => 'canvas-' + id === target.id)
      if (!isIntersecting || drawn.has(spec.id)) continue
      near.unobserve(target)
      draw(spec)
    }
  }, { rootMargin: '800px' })
  for (const { id } of specs) near.observe(document.getElementById('canvas-' + id))
  const again = () => specs.filter(({ id }) => drawn.has(id)).forEach(draw)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again)
  // Paper shows them all, and Chart.js measures them anew.
  addEventListener('beforeprint', () => specs.forEach(draw))
  addEventListener('afterprint', again)
}
`
