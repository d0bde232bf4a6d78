package config

import "crypto/sha256"

// Digest returns a hash of the content of a configuration file, wherever symbolic
// links lead. It takes as long as the file system does.
func Digest(path string) ([sha256.Size]byte, error) {
	text, err := readFile(path, maxFile)
	return sha256.Sum256(text), err
}
