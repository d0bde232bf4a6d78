package config

import "crypto/sha256"

// Digest returns a hash of what a configuration file holds now, wherever
// symbolic links lead. It takes no longer than readLimit.
func Digest(path string) ([sha256.Size]byte, error) {
	text, err := inTime(func() ([]byte, error) { return readFile(path, maxFile) })
	return sha256.Sum256(text), err
}
