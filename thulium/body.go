package thulium

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// read decodes the body of a successful response. A body that ends because the
// connection broke, or because time was up, is not reported as broken JSON,
// although the decoder sees much the same.
func (c *Client) read(ctx context.Context, res *http.Response, single bool, m mask) (*Stats, error) {
	wire := &errorKeeper{r: res.Body}
	b := newBuilder(c.latest.Load(), m)
	err := c.decodeBody(ctx, b, wire, isGzip(res), single)
	var failure *Error
	switch {
	case err == nil:
		return b.finish(), nil
	case ctx.Err() != nil:
		return nil, classify(ctx, ctx.Err())
	case wire.err != nil:
		return nil, classify(ctx, wire.err)
	case errors.As(err, &failure):
		failure.addResponse(res)
	}
	return nil, err
}

// decodeBody decodes a body with limits on its size, compressed and decompressed,
// and on time: decoding the output of a small zip bomb takes long. Some proxies
// compress although that was not requested.
func (c *Client) decodeBody(ctx context.Context, b *builder, wire io.Reader, zipped, single bool) error {
	body := limited(wire, c.options.MaxBody)
	if zipped {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return invalid(fmt.Errorf("broken compression: %w", err))
		}
		body = limited(unzipped, c.options.MaxBody)
	}
	return b.decode(&stoppable{r: body, stopped: ctx.Err}, single)
}

// readError returns the start of the body of an error response, if it can be
// read. Below 200 it reads nothing: the body is the raw connection, which may
// never end.
func readError(res *http.Response) []byte {
	if res.StatusCode < 200 {
		return nil
	}
	body := io.LimitReader(res.Body, maxErrorBody)
	if isGzip(res) {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil
		}
		body = io.LimitReader(unzipped, maxErrorBody)
	}
	text, _ := io.ReadAll(body)
	return text
}

func isGzip(res *http.Response) bool { return encoding(res) == "gzip" }

func encoding(res *http.Response) string { return strings.ToLower(res.Header.Get("Content-Encoding")) }

// limited fails with an *http.MaxBytesError behind the limit, where an
// io.LimitReader would make the body look complete.
func limited(r io.Reader, limit int64) io.Reader {
	return http.MaxBytesReader(nil, io.NopCloser(r), limit)
}

// errorKeeper remembers an error of the connection that it reads from.
type errorKeeper struct {
	r   io.Reader
	err error
}

func (k *errorKeeper) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		k.err = err
	}
	return n, err
}

// stoppable reads until stopped returns an error.
type stoppable struct {
	r       io.Reader
	stopped func() error
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.stopped(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
