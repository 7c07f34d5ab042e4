// Package e2e tests the whole program from outside: the built binary, real servers, real terminals.
//
// Tests that need tmux are left out with one line when it is missing, unless REDDOT_REQUIRE_TOOLS is set,
// as it is in CI: then they fail. The suite with the official Web SDK is in sdk/ and runs under Node.
//
// suite_*test.go plays one story over both interfaces, calm and while server, network or answers are bad, and holds the end of
// it to the service's own history.
package e2e
