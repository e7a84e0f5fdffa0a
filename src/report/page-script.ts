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
    // A small screen has no room for names beside the lanes, nor for large marks: numbers, explained in the legend.
    function shrink(config) {
      var lanes = config.options.scales.lanes
      var names = lanes ? lanes.labels : []
      config.data.datasets.forEach(function (dataset) {
        if (Array.isArray(dataset.pointRadius)) dataset.pointRadius = dataset.pointRadius.map(function (size) { return size * 0.6 })
        else if (dataset.pointRadius) dataset.pointRadius *= 0.6
        var at = names.indexOf(dataset.label)
        if (at >= 0) dataset.label = at + 1 + ' ' + dataset.label
        if (dataset.yAxisID === 'lanes') dataset.data.forEach(function (mark) { mark.y = String(names.indexOf(mark.y) + 1) })
      })
      if (lanes) lanes.labels = names.map(function (_, at) { return String(at + 1) })
    }
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
        if (narrow) shrink(config)
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
