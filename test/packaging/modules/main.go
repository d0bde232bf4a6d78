// Command modules reports what Go binaries are made of.
//
//	modules bill VERSION DATE MAINTAINER SOURCE BINARY...   a CycloneDX bill of materials
//	modules notices BINARY...                               the licences of all modules
//
// It reads the list of modules that each binary carries, and their licences in
// the module cache. The same binaries give the same bytes. It needs nothing but
// the standard library, so that the image can be built with it.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	switch {
	case len(args) > 5 && args[0] == "bill":
		return writeBill(stdout, args[1], args[2], args[3], args[4], args[5:])
	case len(args) > 1 && args[0] == "notices":
		return writeNotices(stdout, args[1:])
	}
	return errors.New("usage: modules bill VERSION DATE MAINTAINER SOURCE BINARIES, or modules notices BINARIES")
}
