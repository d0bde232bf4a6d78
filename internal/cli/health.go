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
	// healthTimeout is shorter than what container runtimes allow a check.
	healthTimeout = 4 * time.Second
	// maxHealthBody is more than the exporter says of its health.
	maxHealthBody = 1 << 10
)

// addHealth adds a request to the exporter that runs beside this process. Images
// without a shell need it for their health checks.
func addHealth(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("health", "Query the health of the running exporter, for health checks of containers. Exit status 1 if it is unhealthy.")
	address := clause.Flag("web.listen-address", "Where the exporter listens; of several addresses the first is used.").
		Default(defaultAddress).Strings()
	target := clause.Arg("url", "Request this URL instead, like https://localhost:10069/-/ready. Default: /-/healthy where the exporter listens, without TLS.").
		String()
	return clause, untilHangup(func(ctx context.Context, env *environment) error {
		if *target == "" {
			*target = localURL((*address)[0]) + "/-/healthy"
		}
		return queryHealth(ctx, *target, env.stdout)
	})
}

// localURL returns the URL of a server of this machine that listens on address.
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

// queryHealth writes the exporter's response; any status other than 200 is an
// error.
func queryHealth(ctx context.Context, target string, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
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
	text, err := io.ReadAll(io.LimitReader(res.Body, maxHealthBody))
	if err != nil {
		return fmt.Errorf("not healthy: %w", err)
	}
	// A server that requires a password is up; this check has none.
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("not healthy: %s: %s", res.Status, strings.TrimSpace(string(text)))
	}
	_, err = fmt.Fprintln(stdout, strings.TrimSpace(string(text)))
	return err
}

// healthTransport uses no proxy. It accepts any certificate of a server on this
// machine: nobody is in between, and certificates rarely name "localhost".
func healthTransport(u *url.URL) *http.Transport {
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: here}} //nolint:gosec // see above
}
