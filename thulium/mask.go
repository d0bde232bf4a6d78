package thulium

import (
	"cmp"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// minSecret is the minimum length in bytes of a secret that is masked: shorter ones
// are part of many words.
const minSecret = 4

// mask replaces secrets in text from outside: an error message may echo the
// request.
type mask func() *strings.Replacer

// maskFor returns the mask of a response, or of a request without one: the
// credentials that were sent, and the secrets of the options. These are read when
// the mask is first used, since most responses do not need it.
func (c *Client) maskFor(res *http.Response) mask {
	return sync.OnceValue(func() *strings.Replacer {
		var secrets []string
		if c.options.Secrets != nil {
			secrets = c.options.Secrets()
		}
		if res != nil && res.Request != nil {
			_, token, _ := strings.Cut(res.Request.Header.Get("Authorization"), " ")
			_, password, _ := res.Request.BasicAuth()
			secrets = append(secrets, token, password)
		}
		return newReplacer(secrets)
	})
}

func newReplacer(secrets []string) *strings.Replacer {
	var forms []string
	for _, s := range secrets {
		if len(s) >= minSecret {
			quoted := strconv.Quote(s)
			forms = append(forms, s, quoted[1:len(quoted)-1], url.QueryEscape(s), url.PathEscape(s),
				base64.StdEncoding.EncodeToString([]byte(s)))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest match first
	var pairs []string
	for _, form := range forms {
		pairs = append(pairs, form, "<secret>")
	}
	return strings.NewReplacer(pairs...)
}

// show returns a text from outside without secrets, cleaned for a log.
func (m mask) show(text string) string { return Clean(m().Replace(text)) }

// id returns an ID without secrets. One of digits only is returned unchanged, as
// real IDs are.
func (m mask) id(id string) string {
	if m == nil || consistsOf([]byte(id), digits) {
		return id
	}
	return m().Replace(id)
}

// error masks the text from outside in an *Error, and returns it.
func (m mask) error(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	e.RequestID = m.show(e.RequestID)
	for i, p := range e.Problems {
		e.Problems[i] = Problem{Code: m.show(p.Code), Message: m.show(p.Message)}
	}
	e.Problems = slices.DeleteFunc(e.Problems, func(p Problem) bool { return p == Problem{} })
	e.Err = maskedError{e.Err, m.show(e.Err.Error())}
	return err
}

// maskedError has the text that may be shown.
type maskedError struct {
	error

	text string
}

func (e maskedError) Error() string { return e.text }

// Unwrap returns the cause, whose own text may hold secrets.
func (e maskedError) Unwrap() error { return e.error }
