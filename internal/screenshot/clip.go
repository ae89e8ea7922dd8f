package screenshot

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"slices"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The limits of what is read from pixels in one page. A full picture of dense
// text takes seconds.
const (
	maxClips      = 8
	maxClipPixels = 2 << 20 // of all clips
	minClipWidth  = 24
	minClipHeight = 10
	maxScroll     = 16_000 // pixels above or below the picture; beyond, nothing is read
)

// clip is a part of the page as pixels.
type clip struct {
	box    exposure.Box
	pixels *image.Gray
}

// clips returns the pixels of the boxes, those in the picture first, and
// whether some are left out for the limits or could not be had. Boxes too small
// for text are no loss.
func (p *page) clips(boxes []exposure.Box, picture []byte, o Options) (clips []clip, left bool) {
	inner, outer := split(boxes, o.Width, o.Height)
	if len(inner)+len(outer) == 0 {
		return nil, false
	}
	shown, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, true
	}
	room := maxClipPixels
	take := func(b exposure.Box, pixels func() image.Image) {
		if len(clips) == maxClips || b.Width*b.Height > room {
			left = true
			return
		}
		source := pixels()
		if source == nil {
			left = true
			return
		}
		room -= b.Width * b.Height
		clips = append(clips, clip{b, gray(source)})
	}
	for _, b := range inner {
		take(b, func() image.Image { return crop(shown, b) })
	}
	for _, b := range outer {
		take(b, func() image.Image { return p.beyond(b) })
	}
	return clips, left
}

// split returns the parts of the boxes that are in the picture and those above
// and below, without repetition, in order. What is to the sides is left out.
func split(boxes []exposure.Box, width, height int) (inner, outer []exposure.Box) {
	for _, b := range boxes {
		right := min(b.X+b.Width, width)
		b.X = max(b.X, 0)
		b.Width = right - b.X
		part := func(list []exposure.Box, top, bottom int) []exposure.Box {
			c := exposure.Box{X: b.X, Width: b.Width, Y: max(b.Y, top)}
			c.Height = min(b.Y+b.Height, bottom) - c.Y
			if c.Width < minClipWidth || c.Height < minClipHeight || slices.Contains(list, c) {
				return list
			}
			return append(list, c)
		}
		if len(inner)+len(outer) > 100*maxClips {
			break // there are more than enough to choose from
		}
		inner = part(inner, 0, height)
		outer = part(outer, -maxScroll, 0)
		outer = part(outer, height, maxScroll)
	}
	return inner, outer
}

// beyond takes a picture of a part of the page that is out of sight, nil when
// the browser gives none.
func (p *page) beyond(b exposure.Box) image.Image {
	metrics, err := proto.PageGetLayoutMetrics{}.Call(p)
	if err != nil || metrics.CSSVisualViewport == nil {
		return nil
	}
	shot, err := proto.PageCaptureScreenshot{
		Format:                proto.PageCaptureScreenshotFormatPng,
		CaptureBeyondViewport: true,
		Clip: &proto.PageViewport{
			X: metrics.CSSVisualViewport.PageX + float64(b.X), Y: metrics.CSSVisualViewport.PageY + float64(b.Y),
			Width: float64(b.Width), Height: float64(b.Height), Scale: 1,
		},
	}.Call(p)
	if err != nil {
		return nil
	}
	decoded, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		return nil
	}
	return decoded
}

// crop returns the part of the picture that the box means.
func crop(picture image.Image, b exposure.Box) image.Image {
	r := image.Rect(b.X, b.Y, b.X+b.Width, b.Y+b.Height).Add(picture.Bounds().Min)
	part, ok := picture.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok || r.Intersect(picture.Bounds()).Empty() {
		return nil
	}
	return part.SubImage(r)
}

// gray returns the picture at twice its size in shades of gray: letters of a
// screen are too small to be read well at their own.
func gray(source image.Image) *image.Gray {
	small := image.NewGray(image.Rectangle{Max: source.Bounds().Size()})
	draw.Draw(small, small.Rect, source, source.Bounds().Min, draw.Src)
	width, height := small.Rect.Dx(), small.Rect.Dy()
	large := image.NewGray(image.Rect(0, 0, 2*width, 2*height))
	for y := range 2 * height {
		// Each pixel lies between two rows and two columns, three quarters to
		// the nearer.
		near, far := y/2, min(max(y/2+y%2*2-1, 0), height-1)
		for x := range 2 * width {
			left, right := x/2, min(max(x/2+x%2*2-1, 0), width-1)
			at := func(x, y int) int { return int(small.Pix[y*small.Stride+x]) }
			sum := 9*at(left, near) + 3*at(right, near) + 3*at(left, far) + at(right, far)
			large.Pix[y*large.Stride+x] = uint8((sum + 8) / 16)
		}
	}
	return large
}
