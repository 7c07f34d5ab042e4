// Package cli holds the commands and flags. It picks an adapter, wires the parts, and is the only
// package that prints to stdout.
//
// Invariants:
//   - Flags win over REDDOT_* variables, those over the configuration file, that over the defaults.
//   - Exit codes are a contract: 0 done, 1 failed, 2 wrong usage or configuration, 3 signature or
//     permission refused, 4 service not reachable.
//   - With --json, stdout carries one JSON object a line and errors are JSON on stderr.
//   - What proves an account is looked for in one order, which config.example.toml tells: flags, environment, profile,
//     what reddot login stored, the key of a server on this machine.
//   - A secret given as a flag is accepted for loopback servers only: flags are seen by every process
//     of the machine.
package cli
