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
	"syscall"
)

// classify turns an error of the transport, or of reading a body, into an *Error.
// If the caller cancelled the request other than by a deadline, the error wraps
// context.Canceled instead.
func classify(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		if !errors.Is(context.Cause(ctx), context.DeadlineExceeded) { // a cause that is an *Error wraps nothing
			return fmt.Errorf("the request was cancelled: %w", context.Canceled)
		}
		return &Error{Result: Timeout, Err: errors.New("no complete response within the time allowed")}
	}
	if failure, ok := errors.AsType[*Error](err); ok { // the transport knows better
		return failure
	}
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return &Error{Result: Timeout, Err: err}
	}
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) { // of a socket, or of the password file
		return &Error{
			Result: Connection, Err: err,
			Advice: "Too many files are open: find out what holds so many connections, or raise the limit (ulimit -n, LimitNOFILE).",
		}
	}
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		return &Error{
			Result: Unauthorized, Err: err,
			Advice: "Make the password and certificate files readable for the user that the exporter runs as.",
		}
	}
	if hint := tlsHint(err); hint != "" {
		return &Error{Result: TLS, Err: err, Advice: hint}
	}
	return &Error{Result: Connection, Err: err}
}

// tlsHint returns advice for an error of TLS; empty for others.
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
		return "The certificate was issued by an untrusted authority: find out what responds in Thulium's place, or trust that authority (ca_file in tls_config of a configuration file)."
	case errors.As(err, &hostname):
		return "The certificate belongs to another host: check the host name in the URL."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate has expired or is not valid yet: check this machine's clock, then contact the operator of the server."
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "The certificate cannot be verified: contact the operator of the server."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "The server does not speak TLS on this port: check the URL and the port."
	case errors.As(err, &op) && op.Op == "remote error": // how crypto/tls marks an alert
		return "The server refused the secure connection: it may require a client certificate or another TLS version."
	}
	return ""
}
