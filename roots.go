package main

import (
	"crypto/x509"
	"fmt"
	"slices"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"thulium_exporter/internal/config"
)

// setRoots makes the root certificates that are compiled in those of the
// program, if the systems need any and the machine has none: an image may hold
// nothing but the binary. Called again it does nothing more.
//
// The package x509roots/fallback does so, too, by being imported. But it parses
// them at each start of the program and keeps them where nobody ever asks, which
// takes a megabyte.
func setRoots(systems []config.System) error {
	if !slices.ContainsFunc(systems, mayUseTLS) {
		return nil
	}
	if machine, err := x509.SystemCertPool(); err == nil && !machine.Equal(x509.NewCertPool()) {
		return nil
	}
	roots, err := compiledRoots()
	if err != nil {
		return err
	}
	x509.SetFallbackRoots(roots) // from now on they are the machine's
	return nil
}

// mayUseTLS reports whether anything on the way to a system may be asked with
// https: the system, a proxy, or whoever hands out tokens.
func mayUseTLS(s config.System) bool {
	return s.URL.Scheme == "https" || s.HTTP.OAuth2 != nil || s.HTTP.ProxyURL.URL != nil || s.HTTP.ProxyFromEnvironment
}

// compiledRoots returns the root certificates that Mozilla trusts.
func compiledRoots() (*x509.CertPool, error) {
	roots := x509.NewCertPool()
	for root := range bundle.Roots() {
		certificate, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			return nil, fmt.Errorf("a root certificate of the program: %w", err)
		}
		if root.Constraint == nil {
			roots.AddCert(certificate)
		} else {
			roots.AddCertWithConstraint(certificate, root.Constraint)
		}
	}
	return roots, nil
}
