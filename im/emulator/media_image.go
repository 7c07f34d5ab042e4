package emulator

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // to read them
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// Smaller images, by the length of their shorter side in pixels, as the Web SDK asks for them.
const (
	thumbSide = 198
	largeSide = 720
)

// maxPixels bounds images that are made smaller; larger ones are served as they are.
const maxPixels = 50_000_000

// Numbers of image formats on the wire (rest-api.md section 3.2).
var imageFormats = map[string]int{"jpeg": 1, "gif": 2, "png": 3}

// otherFormat is the number of all other formats.
const otherFormat = 255

func smallerPath(path string, side int) string { return path + "-" + strconv.Itoa(side) }

// describeImage reads the image at source and makes the smaller ones of the file that will
// be at target. A format that cannot be read is served as it is.
func describeImage(source, target string, file mediaFile) (mediaFile, error) {
	file.format = otherFormat
	input, err := os.Open(source)
	if err != nil {
		return file, fmt.Errorf("read an image: %w", err)
	}
	defer input.Close()
	config, format, err := image.DecodeConfig(input)
	if errors.Is(err, image.ErrFormat) {
		return file, nil
	}
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return file, &mediaError{http.StatusUnsupportedMediaType, "the image is damaged"}
	}
	file.format, file.width, file.height = imageFormats[format], config.Width, config.Height
	if config.Width > maxPixels/config.Height || min(config.Width, config.Height) <= thumbSide {
		return file, nil
	}
	if _, err := input.Seek(0, 0); err != nil {
		return file, fmt.Errorf("read an image: %w", err)
	}
	picture, _, err := image.Decode(input)
	if err != nil {
		return file, &mediaError{http.StatusUnsupportedMediaType, "the image is damaged"}
	}
	file.smaller = map[int]mediaFile{}
	for _, side := range []int{largeSide, thumbSide} {
		if min(config.Width, config.Height) <= side {
			continue
		}
		small := shrink(picture, side)
		size, err := writeImage(smallerPath(target, side), small, format)
		if err != nil {
			return file, err
		}
		file.smaller[side] = mediaFile{size: size, width: small.Bounds().Dx(), height: small.Bounds().Dy()}
	}
	return file, nil
}

// writeImage writes photographs as JPEG and all else as PNG, which keeps what is transparent.
func writeImage(path string, picture image.Image, format string) (size int64, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, fmt.Errorf("write a smaller image: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if format == "jpeg" {
		err = jpeg.Encode(file, picture, &jpeg.Options{Quality: 85})
	} else {
		err = png.Encode(file, picture)
	}
	if err != nil {
		return 0, fmt.Errorf("write a smaller image: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return 0, fmt.Errorf("write a smaller image: %w", err)
	}
	return info.Size(), nil
}

// shrink scales a picture so that its shorter side has the given length. Each new pixel is
// the mean of those it stands for.
func shrink(picture image.Image, side int) *image.RGBA {
	bounds := picture.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	newWidth, newHeight := side, (height*side+width-1)/width
	if width > height {
		newWidth, newHeight = (width*side+height-1)/height, side
	}
	small := image.NewRGBA(image.Rect(0, 0, newWidth, newHeight))
	for y := range newHeight {
		top, bottom := y*height/newHeight, max((y+1)*height/newHeight, y*height/newHeight+1)
		for x := range newWidth {
			left, right := x*width/newWidth, max((x+1)*width/newWidth, x*width/newWidth+1)
			area := image.Rect(left, top, right, bottom).Add(bounds.Min)
			small.SetRGBA(x, y, mean(picture, area))
		}
	}
	return small
}

func mean(picture image.Image, area image.Rectangle) color.RGBA {
	var red, green, blue, alpha, count uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, a := picture.At(x, y).RGBA()
			red, green, blue, alpha, count = red+uint64(r), green+uint64(g), blue+uint64(b), alpha+uint64(a), count+1
		}
	}
	return color.RGBA{R: uint8(red / count >> 8), G: uint8(green / count >> 8), B: uint8(blue / count >> 8), A: uint8(alpha / count >> 8)}
}

// image describes a stored image and the smaller ones made of it.
func (m *mediaStore) image(key string) (file mediaFile, format string, err error) {
	dir, err := m.open()
	if err != nil {
		return file, "", fmt.Errorf("open the directory for media: %w", err)
	}
	path := filepath.Join(dir, key)
	file, format, err = imageSize(path)
	if err != nil {
		return file, "", err
	}
	file.smaller = map[int]mediaFile{}
	for _, side := range []int{largeSide, thumbSide} {
		if small, _, err := imageSize(smallerPath(path, side)); err == nil {
			file.smaller[side] = small
		}
	}
	return file, format, nil
}

func imageSize(path string) (file mediaFile, format string, err error) {
	input, err := os.Open(path)
	if err != nil {
		return file, "", fmt.Errorf("read an image: %w", err)
	}
	defer input.Close()
	info, err := input.Stat()
	if err != nil {
		return file, "", fmt.Errorf("read an image: %w", err)
	}
	config, format, err := image.DecodeConfig(input)
	if err != nil && !errors.Is(err, image.ErrFormat) {
		return file, "", fmt.Errorf("read an image: %w", err)
	}
	return mediaFile{size: info.Size(), width: config.Width, height: config.Height}, format, nil
}
