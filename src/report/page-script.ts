/** The page's own script: draws the charts with the inlined Chart.js, in the colours of the reader's scheme. */

import { MARKS_SOURCE } from './chart-marks.ts'

/** Runs after Chart.js and after the data. Without it, or should it fail, the tables beside the charts are opened instead. */
const DRAW = `
(function () {
  'use strict'
  var root = document.documentElement
  try {
    var specs = JSON.parse(document.getElementById('chart-data').textContent)
    Chart.register(createMarks(function (width, height) {
      var canvas = document.createElement('canvas')
      canvas.width = width
      canvas.height = height
      return canvas
    }))
    var dark = matchMedia('(prefers-color-scheme: dark)')
    var drawn = []
    root.classList.add('drawn')
    function draw() {
      drawn.forEach(function (chart) { chart.destroy() })
      var style = getComputedStyle(root)
      var narrow = innerWidth < 700
      Chart.defaults.color = style.getPropertyValue('--ink').trim()
      Chart.defaults.borderColor = style.getPropertyValue('--line').trim()
      Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
      Chart.defaults.font.size = narrow ? 11 : Math.round(parseFloat(style.fontSize) * 0.8)
      drawn = specs.map(function (spec) {
        var config = JSON.parse(JSON.stringify(spec.config))
        var plugins = config.options.plugins
        plugins.title.display = plugins.subtitle.display = false
        plugins.legend.labels.boxWidth = plugins.legend.labels.boxHeight = narrow ? 7 : 9
        plugins.marks = Object.assign({ paper: style.getPropertyValue('--paper').trim() }, plugins.marks)
        return new Chart(document.getElementById('canvas-' + spec.id), config)
      })
    }
    draw()
    dark.addEventListener('change', draw)
    addEventListener('beforeprint', draw)
    addEventListener('afterprint', draw)
  } catch (error) {
    root.classList.remove('drawn')
    document.querySelectorAll('.chart details').forEach(function (table) { table.open = true })
    throw error
  }
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    for (var up = target; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true
    if (target) target.scrollIntoView()
  }
  addEventListener('hashchange', reveal)
  reveal()
})()
`

/** Plain JavaScript for an inline script element. */
export function pageScript(): string {
  return `${MARKS_SOURCE}\n${DRAW}`
}
