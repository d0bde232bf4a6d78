package exposition

import (
	"encoding/binary"
	"net/http"
	"strconv"
)

// Part is the beginning of a response in one encoding. It is immutable and may be
// sent any number of times. The zero value is empty.
type Part struct {
	data []byte // the text, or deflate blocks (RFC 1951) that end on a byte
	crc  uint32 // of the text so far, if it is compressed
	size uint32 // of the text so far, if it is compressed
}

// Len returns the number of bytes on the wire.
func (p *Part) Len() int { return len(p.data) }

// Send sends a response: a first part, which must have the same encoding, and the
// rest. Metrics that cannot be gathered or encoded are skipped, and the error is
// returned.
func (w *Writer) Send(to http.ResponseWriter, encoding Encoding, first *Part, rest Content) error {
	last, err := w.after(first, encoding, rest, true)
	to.Header().Set("Content-Type", string(encoding.Format))
	to.Header().Add("Vary", "Accept")
	to.Header().Add("Vary", "Accept-Encoding")
	pieces := [][]byte{first.data, last.data}
	if encoding.Gzip {
		to.Header().Set("Content-Encoding", "gzip")
		pieces = [][]byte{gzipHeader(), first.data, last.data, last.gzipTrailer()}
	}
	send(to, pieces)
	return err
}

func send(to http.ResponseWriter, pieces [][]byte) {
	length := 0
	for _, piece := range pieces {
		length += len(piece)
	}
	to.Header().Set("Content-Length", strconv.Itoa(length))
	for _, piece := range pieces {
		if _, err := to.Write(piece); err != nil {
			return // the client has disconnected
		}
	}
}

// gzipHeader is that of RFC 1952 with nothing optional in it.
func gzipHeader() []byte { return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff} }

// gzipTrailer has the checksum and the length of the text up to here.
func (p *Part) gzipTrailer() []byte {
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, p.crc), p.size)
}
