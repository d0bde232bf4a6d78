package exposition

import (
	"bytes"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// Writer encodes and sends metrics, a few responses at a time; others wait. It is
// safe for concurrent use.
type Writer struct {
	free chan *encoder
}

// encoder makes one part at a time and reuses its buffers. A sync.Pool would drop
// them at each garbage collection, and new ones would be most of the garbage.
type encoder struct {
	text     []byte
	deflater *flate.Writer // nil until a text is long
}

const (
	// encoders is the number of encoders: more would take more memory and not be
	// faster.
	encoders = 2
	// maxKept is the maximum size of a buffer that is reused, in bytes.
	maxKept = 4 << 20
	// shortText is the length in bytes up to which a text is compressed faster
	// without a deflater, which takes a megabyte.
	shortText = 64 << 10
	// usualRatio is a typical compression ratio, for the initial size of a buffer.
	usualRatio = 6
)

// NewWriter returns a Writer.
func NewWriter() *Writer {
	w := &Writer{free: make(chan *encoder, encoders)}
	for range encoders {
		w.free <- &encoder{}
	}
	return w
}

// Part returns content in an encoding, as the beginning of a response. Metrics
// that cannot be gathered or encoded are skipped, and the error is returned.
func (w *Writer) Part(encoding Encoding, content Content) (*Part, error) {
	return w.after(&Part{}, encoding, content, false)
}

// after returns the part that follows another one.
func (w *Writer) after(first *Part, encoding Encoding, content Content, last bool) (*Part, error) {
	e := <-w.free
	defer func() { w.free <- e }()
	if !encoding.Gzip {
		data, err := content.append(nil, encoding.Format, last)
		return &Part{data: data}, err
	}
	text, err := content.append(e.text[:0], encoding.Format, last)
	if cap(text) <= maxKept {
		e.text = text
	}
	return &Part{
		data: e.deflate(text, last),
		crc:  crc32.Update(first.crc, crc32.IEEETable, text),
		size: first.size + uint32(len(text)),
	}, err
}

// deflate compresses text into blocks that refer to nothing before them, so that
// those of several texts can be concatenated to one stream.
func (e *encoder) deflate(text []byte, last bool) []byte {
	var out bytes.Buffer // never fails
	out.Grow(len(text)/usualRatio + bytes.MinRead)
	if len(text) <= shortText {
		_ = flate.StatelessDeflate(&out, text, last, nil)
		return out.Bytes()
	}
	e.reset(&out)
	_, _ = e.deflater.Write(text)
	if last {
		_ = e.deflater.Close()
	} else {
		_ = e.deflater.Flush()
	}
	return out.Bytes()
}

// reset makes the deflater write to out. The fastest level takes a third of the
// time of the default one, and its output is a tenth larger.
func (e *encoder) reset(to io.Writer) {
	if e.deflater != nil {
		e.deflater.Reset(to)
		return
	}
	var err error
	if e.deflater, err = flate.NewWriter(to, flate.BestSpeed); err != nil {
		panic(err) // only for levels that do not exist
	}
}
