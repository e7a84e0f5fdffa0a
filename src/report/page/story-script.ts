/** Stories and links: opens what a link leads to, shows a story over the matrix, and copies the command. */

/** Needs `unpackText` of packed.ts. `startStories()` gives `openStories(words, purchase, stories)`; `startLinks(matrix)` follows the address. Both are called once. */
export const STORY_SCRIPT = `
/** What is under an id: opened, with all that is around it, and brought into view. */
function reveal(id) {
  const target = document.getElementById(id)
  if (target === null) return
  for (let up = target; up !== null; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true
  target.scrollIntoView()
  const name = target.matches('details') ? target.querySelector('summary') : null
  if (name !== null) name.focus({ preventScroll: true })
}

/** Parts of stories by their keys, once they are unpacked. */
let unpacked = null
let unpacking = null

function unpack() {
  unpacking ??= (async () => {
    unpacked = JSON.parse(await unpackText('packed-stories'))
  })()
  return unpacking
}

/** Puts the packed parts, and those that are packed within them, into their places. */
function fillWithin(place) {
  for (const holder of place.querySelectorAll('[data-packed]')) {
    const template = document.createElement('template')
    template.innerHTML = unpacked[holder.dataset.packed]
    fillWithin(template.content)
    holder.replaceWith(template.content)
  }
}

/** Shows all of a story; at once, where its parts are unpacked already. */
function fill(story) {
  if (story.querySelector('[data-packed]') === null) return
  if (unpacked === null) return unpack().then(() => fillWithin(story))
  fillWithin(story)
}

/** A story is lent to the dialog and goes back to its place: one element, one id. */
function startStories() {
  const dialog = document.getElementById('story-dialog')
  if (dialog === null) return () => {}
  const [words, told, others, body] = ['words', 'told', 'others', 'body'].map((name) => document.getElementById('story-dialog-' + name))
  let lent = null

  function giveBack() {
    if (lent === null) return
    lent.story.open = lent.wasOpen
    lent.place.replaceWith(lent.story)
    lent = null
  }

  function lend(id) {
    giveBack()
    const story = document.getElementById(id)
    const place = document.createComment('lent')
    lent = { story, place, wasOpen: story.open }
    story.replaceWith(place)
    body.replaceChildren(story)
    fill(story)
    story.open = true
    dialog.scrollTop = 0
  }

  function openStories(sentence, purchase, stories) {
    words.textContent = sentence
    const ofShape = (count) => (count === 1 ? 'the only violation' : 'one of ' + counted(count, 'violation')) + ' of this shape'
    const about = ([, , count, whose]) => (whose === purchase || whose === null ? ofShape(count) : 'told of ' + whose + ', ' + ofShape(count))
    const buttons = stories.map((story) => {
      const button = element('button', { type: 'button', 'data-story': story[0], 'aria-pressed': 'false' }, story[1])
      button.addEventListener('click', () => {
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === button))
        told.textContent = 'Below: ' + about(story) + '.'
        lend(story[0])
      })
      return button
    })
    others.replaceChildren(...(buttons.length > 1 ? buttons : []))
    buttons[0].click()
    dialog.showModal()
  }
  // The event comes with the next frame: by then the dialog may show the next story.
  dialog.addEventListener('close', () => {
    if (!dialog.open) giveBack()
  })
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-close], a[href^="#"]') !== null) dialog.close()
  })
  return openStories
}

/** Links are written by people, too: a stray percent sign stands for itself. */
function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function startLinks(matrix) {
  let printing = false

  function follow() {
    const hash = location.hash.slice(1)
    const order = hash.startsWith('order-') ? decoded(hash.slice('order-'.length)) : null
    if (matrix !== null && order !== null && matrix.knows(order)) matrix.showOrder(order)
    else if (matrix !== null && hash.startsWith('matrix?')) {
      matrix.show(readWish(hash.slice('matrix?'.length)))
      reveal('matrix')
    } else if (hash !== '') reveal(decoded(hash))
  }

  /** The list of purchases becomes links when it is looked at: most lists never are. */
  function linkOrders(story) {
    for (const list of story.querySelectorAll('[data-orders]')) {
      const names = list.textContent.split(',\\n')
      list.removeAttribute('data-orders')
      const known = (name) => matrix !== null && matrix.knows(name)
      const link = (name) => (known(name) ? element('a', { href: '#order-' + encodeURIComponent(name) }, name) : name)
      list.replaceChildren(...names.flatMap((name, at) => (at === 0 ? [link(name)] : [', ', link(name)])))
    }
  }

  document.addEventListener('toggle', ({ target }) => {
    if (!target.matches('details.told') || !target.open) return
    linkOrders(target)
    fill(target)
    // Only what a reader opened changes the address.
    const byReader = !printing && navigator.userActivation.isActive
    if (byReader && target.closest('dialog') === null) history.replaceState(null, '', '#' + target.id)
  }, true)
  document.addEventListener('keydown', (event) => {
    const story = event.key === 'Escape' && document.activeElement !== null ? document.activeElement.closest('details.told[open]') : null
    if (story === null || story.closest('dialog') !== null) return
    story.open = false
    story.querySelector('summary').focus()
  })
  addEventListener('beforeprint', () => {
    printing = true
    for (const story of document.querySelectorAll('details.told:not([open])')) {
      story.dataset.printed = ''
      if (unpacked !== null) fill(story)
      story.open = true
    }
  })
  addEventListener('afterprint', () => {
    for (const story of document.querySelectorAll('details[data-printed]')) {
      delete story.dataset.printed
      story.open = false
    }
    setTimeout(() => { printing = false })
  })
  addEventListener('hashchange', follow)
  follow()
  for (const story of document.querySelectorAll('details.told[open]')) {
    linkOrders(story)
    fill(story)
  }
  // Paper shows all stories, and cannot wait.
  if (document.getElementById('packed-stories') !== null) setTimeout(unpack, 500)
}

/** Buttons that copy what stands before them. */
function startCopying() {
  for (const button of document.querySelectorAll('button[data-copies]')) {
    const source = document.getElementById(button.dataset.copies)
    const select = () => getSelection().selectAllChildren(source)
    const say = (word) => { button.textContent = word }
    button.hidden = false
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(source.textContent)
        say('Copied')
      } catch {
        // Not every browser lets a page from a file near the clipboard.
        select()
        say(document.execCommand('copy') ? 'Copied' : 'Selected: press Ctrl+C')
      }
    })
  }
}
`
