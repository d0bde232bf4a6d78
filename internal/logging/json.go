package logging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// jsonEncoder writes each event as one JSON object. Unlike go-kit's own encoder
// it keeps the order of the fields.
type jsonEncoder struct{ w io.Writer }

// Log implements log.Logger.
func (e *jsonEncoder) Log(keyvals ...any) error {
	var line bytes.Buffer
	separator := byte('{')
	for i := 0; i+1 < len(keyvals); i += 2 {
		line.WriteByte(separator)
		separator = ','
		appendJSON(&line, fmt.Sprint(keyvals[i]))
		line.WriteByte(':')
		appendJSON(&line, jsonValue(keyvals[i+1]))
	}
	line.WriteString("}\n")
	_, err := e.w.Write(line.Bytes())
	return err
}

// jsonValue leaves numbers, booleans and what has a JSON form of its own as they
// are, and turns everything that has a text into it.
func jsonValue(value any) any {
	switch v := value.(type) {
	case nil, json.Marshaler:
		return value
	case error, fmt.Stringer:
		return fmt.Sprint(v) // survives nil pointers
	}
	return value
}

// appendJSON appends a value; one that has no JSON form becomes text.
func appendJSON(line *bytes.Buffer, value any) {
	encoder := json.NewEncoder(line)
	encoder.SetEscapeHTML(false)
	start := line.Len()
	if encoder.Encode(value) != nil {
		line.Truncate(start)
		_ = encoder.Encode(fmt.Sprint(value)) // text always has one
	}
	line.Truncate(line.Len() - 1) // the line break
}
