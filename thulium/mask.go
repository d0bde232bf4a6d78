package thulium

import (
	"cmp"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// minSecret is the minimum length in bytes of a secret that is masked: shorter ones
// are part of many words.
const minSecret = 4

// mask replaces secrets in text from outside, which may echo the request: what
// the header of the request carried, and the secrets of the options.
type mask struct {
	mu      sync.Mutex
	secrets []string
	// replacer is made when it is first needed, since most responses do not need
	// it. The request has been sent then.
	replacer func() *strings.Replacer
}

func newMask(secrets []string) *mask {
	m := &mask{secrets: slices.Clip(secrets)}
	m.replacer = sync.OnceValue(m.newReplacer)
	return m
}

// trace returns the trace that has the mask know what is sent, by whichever
// transport added it.
func (m *mask) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{WroteHeaderField: m.addHeader}
}

func (m *mask) addHeader(name string, values []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch name {
	case "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection":
	case "Authorization", "Proxy-Authorization":
		for _, value := range values {
			_, token, _ := strings.Cut(value, " ")
			_, password, _ := (&http.Request{Header: http.Header{"Authorization": {value}}}).BasicAuth()
			m.secrets = append(m.secrets, token, password)
		}
	default:
		m.secrets = append(m.secrets, values...)
	}
}

func (m *mask) newReplacer() *strings.Replacer {
	m.mu.Lock()
	defer m.mu.Unlock()
	var forms []string
	for _, s := range m.secrets {
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
func (m *mask) show(text string) string { return Clean(m.replacer().Replace(text)) }

// id returns an ID without secrets. One of digits only is returned unchanged, as
// real IDs are.
func (m *mask) id(id string) string {
	if !strings.ContainsFunc(id, func(r rune) bool { return r < '0' || r > '9' }) {
		return id
	}
	return m.replacer().Replace(id)
}

// error masks the text from outside in an *Error, and returns it.
func (m *mask) error(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	e.RequestID = m.show(e.RequestID)
	for i, p := range e.Problems {
		e.Problems[i] = Problem{Code: m.show(p.Code), Message: m.show(p.Message)}
	}
	e.Problems = slices.DeleteFunc(e.Problems, func(p Problem) bool { return p == Problem{} })
	e.Err = errors.New(m.show(e.Err.Error())) // without its cause, whose own text may hold secrets
	return err
}
