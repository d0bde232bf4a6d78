package thulium

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
)

// classify turns an error of the HTTP client, or of reading a body, into an
// *Error. A request that the caller gave up for another reason than time is
// no result: it keeps its context.Canceled.
func classify(ctx context.Context, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the method and the URL, which the reader knows
	}
	if ctx.Err() != nil {
		if !outOfTime(ctx) {
			return fmt.Errorf("the request was given up: %w", context.Canceled)
		}
		return &Error{Result: Timeout, Err: errors.New("no complete answer within the time allowed")}
	}
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return &Error{Result: Timeout, Err: err}
	}
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) { // of a socket, or of the password file
		return &Error{
			Result: Connection, Err: err,
			hint: "Too many files are open: find out who holds so many connections, or raise the limit (ulimit -n, LimitNOFILE).",
		}
	}
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return &Error{
			Result: Unauthorized, Err: err,
			hint: "Make the password and certificate files readable for the exporter.",
		}
	}
	if hint := tlsHint(err); hint != "" {
		return &Error{Result: TLS, Err: err, hint: hint}
	}
	return &Error{Result: Connection, Err: err}
}

// outOfTime reports whether ctx ended because of time. Where one request of
// several failed, even by a timeout of its own, the others are given up.
func outOfTime(ctx context.Context) bool {
	cause := context.Cause(ctx)
	var sibling *Error
	return errors.Is(cause, context.DeadlineExceeded) && !errors.As(cause, &sibling)
}

// tlsHint says what to do about an error of TLS, and nothing about others.
func tlsHint(err error) string {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		op       *net.OpError
	)
	switch {
	case errors.As(err, &unknown):
		return "The certificate comes from an authority that is not trusted here: give its certificate as ca_file, or ask who answers in Thulium's place."
	case errors.As(err, &hostname):
		return "The certificate belongs to another host: check the host name in the URL."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate has expired or is not valid yet: check this machine's clock, then tell whoever runs the server."
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "The certificate cannot be verified: tell whoever runs the server."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "The server does not speak TLS on this port: check the URL and the port."
	case errors.As(err, &op) && op.Op == "remote error": // how crypto/tls marks an alert
		return "The server refused the secure connection: it may want a client certificate or another TLS version."
	}
	return ""
}
