// Package convert maps Tencent's JSON to the model and back, for all adapters: messages, elements, tips, groups, members,
// and error codes as im.Error.
//
// Invariants:
//   - What comes from the service comes from a stranger: a wrong type, a missing field or no JSON at all maps to zero values
//     or is left out, and never panics. All text is valid UTF-8.
//   - Messages come in floods, so they are read in one pass, without an intermediate form.
package convert
