package main

import (
	"fmt"
	"io"
)

func (o options) measure(w io.Writer) ([]string, error) { return nil, fmt.Errorf("todo %v", w) }
