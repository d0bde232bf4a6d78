package thulium

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"
)

// decoder reads the body of a successful response. Whatever it shows of the body
// must go through the mask. An error that it returns becomes an *Error with the
// result InvalidResponse.
type decoder func(body io.Reader, m *mask) error

// get sends a GET request for path, which may have a query, and decodes the
// response. It returns what Stats returns.
func (c *Client) get(ctx context.Context, path string, decode decoder) error {
	start := time.Now()
	err := c.exchange(ctx, path, decode)
	took := time.Since(start)
	if failure, ok := errors.AsType[*Error](err); ok {
		c.options.Observe(ctx, failure.Result, took)
	} else if err == nil {
		c.options.Observe(ctx, OK, took)
	}
	return err
}

func (c *Client) exchange(ctx context.Context, path string, decode decoder) error {
	m := newMask(c.options.Secrets)
	req, err := c.request(httptrace.WithClientTrace(ctx, m.trace()), path)
	if err != nil {
		return &Error{Result: Connection, Err: err}
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return m.error(classify(ctx, err))
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return m.error(newStatusError(req, res))
	}
	return m.error(c.read(ctx, res, func(body io.Reader) error { return decode(body, m) }))
}

func (c *Client) request(ctx context.Context, path string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	// Decompressing takes longer than receiving the text; see docs/performance.md.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", c.options.UserAgent)
	return req, nil
}

// read decodes the body of a successful response. A body that ends because the
// connection broke, or because time was up, is not reported as broken JSON,
// although the decoder sees much the same.
func (c *Client) read(ctx context.Context, res *http.Response, decode func(io.Reader) error) error {
	wire := &stoppable{r: res.Body, stopped: ctx.Err}
	body, err := content(wire, res, c.options.MaxBody)
	if err == nil {
		// Decoding the output of a small zip bomb takes long, too.
		err = decode(&stoppable{r: body, stopped: ctx.Err})
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return classify(ctx, ctx.Err())
	case wire.err != nil:
		return classify(ctx, wire.err)
	}
	failure := invalid(err)
	failure.addResponse(res)
	return failure
}

// content returns what a body holds, of which no more than limit bytes can be read,
// compressed or decompressed. Some proxies compress although that was not requested.
func content(wire io.Reader, res *http.Response, limit int64) (io.Reader, error) {
	body := limited(wire, limit)
	if encoding(res) != "gzip" {
		return body, nil
	}
	unzipped, err := gzip.NewReader(body)
	if err != nil {
		return nil, fmt.Errorf("broken compression: %w", err)
	}
	return limited(unzipped, limit), nil
}

func encoding(res *http.Response) string { return strings.ToLower(res.Header.Get("Content-Encoding")) }

// limited fails with an *http.MaxBytesError behind the limit, where an
// io.LimitReader would make the body look complete.
func limited(r io.Reader, limit int64) io.Reader {
	return http.MaxBytesReader(nil, io.NopCloser(r), limit)
}

// stoppable reads until stopped returns an error, and remembers why it ended if
// that was not the end of the body.
type stoppable struct {
	r       io.Reader
	stopped func() error
	err     error
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.stopped(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
