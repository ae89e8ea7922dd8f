package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// grace is how long a file that no result names is left alone: another process
// may have written it and not yet stored the result that names it.
const grace = time.Hour

const temporaryPrefix = ".new-"

var screenshotName = regexp.MustCompile(`^` + screenshotsDir + `/[0-9a-f]{64}\.png$`)

// PutScreenshot keeps a picture and returns its name below the folder of the
// store, with forward slashes: "screenshots/<sha256>.png". The same picture has
// the same name and is kept once. The file has mode 0600 and is whole or absent,
// whatever happens meanwhile.
func (s *Store) PutScreenshot(png []byte) (file string, err error) {
	if len(png) == 0 {
		return "", errors.New("store screenshot: it is empty")
	}
	sum := sha256.Sum256(png)
	file = path.Join(screenshotsDir, hex.EncodeToString(sum[:])+".png")
	name := filepath.Join(s.dir, filepath.FromSlash(file))
	if info, err := os.Stat(name); err == nil && info.Size() == int64(len(png)) {
		// A new date keeps sweep from taking it for a leftover.
		if err := os.Chtimes(name, s.now(), s.now()); err == nil {
			return file, nil
		}
	}
	if err := writeWhole(name, png); err != nil {
		return "", fmt.Errorf("store screenshot: %w", err)
	}
	return file, nil
}

// writeWhole writes a file beside its place and moves it there.
func writeWhole(name string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(name), temporaryPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	_, errWrite := temporary.Write(data)
	err = errors.Join(errWrite, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder makes a rename outlive a power cut. Windows cannot open a folder
// for that and does not need it.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// RemoveScreenshot removes what PutScreenshot returned. A file that is gone
// already is no error; a name that PutScreenshot cannot have returned is.
func (s *Store) RemoveScreenshot(file string) error {
	if !screenshotName.MatchString(file) {
		return fmt.Errorf("remove screenshot: %q is not the name of one", file)
	}
	err := os.Remove(filepath.Join(s.dir, filepath.FromSlash(file)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove screenshot: %w", err)
	}
	return nil
}

// sweep removes the screenshots that no result names any more, and what killed
// processes left half written, the recent ones excepted. What cannot be removed
// stays: it is a file too many and nothing worse.
func (s *Store) sweep(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT file FROM pictures")
	if err != nil {
		return err
	}
	named, err := texts(rows)
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, file := range named {
		keep[path.Base(file)] = true
	}
	dir := filepath.Join(s.dir, screenshotsDir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		ours := strings.HasPrefix(entry.Name(), temporaryPrefix) || screenshotName.MatchString(path.Join(screenshotsDir, entry.Name()))
		info, err := entry.Info()
		if err == nil && ours && !keep[entry.Name()] && s.now().Sub(info.ModTime()) > grace {
			_ = os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
	return nil
}
