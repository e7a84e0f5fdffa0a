/** Text from files, made safe for a terminal. */

/** Replaces control characters, which could move the cursor or recolour the screen, by a visible mark. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
