// Package ui is the screen: one Bubble Tea model that shows pictures of a session and tells the session what the
// user does.
//
// Invariants:
//
//   - Update does no I/O, reads no clock and never blocks; time enters by messages, sending is a command.
//   - The screen holds only cursor, scroll, focus and what is being typed. Everything else is session.View, which is
//     never changed here.
//   - A panel renders again only if something that it shows has changed; a key typed into the input lays out the
//     input and nothing else. Cost grows with what is visible.
//   - Every row of a frame carries its own styles and ends two columns before the right edge, so a terminal that
//     draws a character wider than we think cannot damage another row.
//   - A panel (a form, a list of people, a question) lies over the conversation and has the keys. What it asks of the
//     service is a command with a deadline; the answer finds it by a number, or the status line once it is closed.
//     Nothing is read behind it, and what was typed into it goes only after a question.
//   - Text from others goes through ui/text before it is measured or shown.
//   - What was typed is never lost: it stays in the input, waits as a draft, or is a message in the session.
package ui
