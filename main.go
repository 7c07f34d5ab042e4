// Reddot is a terminal client for Tencent Cloud IM that carries its own server.
package main

import (
	"os"

	"reddot/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
