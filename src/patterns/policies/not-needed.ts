import { CallError } from '../../core/call.ts'

/** Why a hedge aborts the slower of its two requests: known by identity, since it says nothing about the dependency's health. */
export const NOT_NEEDED = new CallError('timeout', 'the other request was answered')
