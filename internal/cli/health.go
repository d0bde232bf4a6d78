package cli

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

const (
	// healthTimeout is shorter than what container runtimes give a check.
	healthTimeout = 4 * time.Second
	// maxHealthAnswer is more than the exporter says of its health.
	maxHealthAnswer = 1 << 10
)

// addHealth adds a look at the exporter that runs beside this process. Images
// without a shell need it for their health checks.
func addHealth(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("health", "Ask the running exporter for its health, for health checks of containers. Exit status 1 if it is not well.")
	address := clause.Flag("web.listen-address", "Where the exporter listens; of several addresses the first is asked.").
		Default(defaultAddress).Strings()
	question := clause.Arg("url", "Ask this instead, like https://localhost:10069/-/ready. Default: /-/healthy where the exporter listens, without TLS.").
		String()
	return clause, func(ctx context.Context, stdout, _ io.Writer) error {
		if *question == "" {
			*question = localURL((*address)[0]) + "/-/healthy"
		}
		return askHealth(ctx, *question, stdout)
	}
}

// localURL leads to a server of this machine that listens on address.
func localURL(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "http://" + address // the request will say what is wrong
	}
	if ip := net.ParseIP(host); host == "" || ip.Equal(net.IPv4zero) {
		host = "127.0.0.1" // needs no /etc/hosts, which images from scratch may lack
	} else if ip.Equal(net.IPv6zero) {
		host = "::1"
	}
	return (&url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}).String()
}

// askHealth writes the exporter's answer; an answer other than good is an error.
func askHealth(ctx context.Context, question string, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, question, nil)
	if err != nil {
		return err // it names the URL
	}
	transport := healthTransport(req.URL)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("not healthy: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxHealthAnswer))
	if err != nil {
		return fmt.Errorf("not healthy: %w", err)
	}
	// A server that wants a password first is up; this check has none to give.
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("not healthy: %s: %s", res.Status, strings.TrimSpace(string(text)))
	}
	_, err = fmt.Fprintln(stdout, strings.TrimSpace(string(text)))
	return err
}

// healthTransport knows no proxy. It takes any certificate of a server on this
// machine: nobody is in between, and certificates rarely name "localhost".
func healthTransport(u *url.URL) *http.Transport {
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: here}} //nolint:gosec // see above
}
