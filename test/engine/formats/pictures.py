"""Writes pictures.json: small pictures as Pillow writes and reads them. Run with Pillow 9 or later."""
import base64, io, json, os
from PIL import Image

W, H = 19, 13


def smooth(mode):
    bands = []
    for band in range(len(Image.new(mode, (1, 1)).getbands())):
        pixels = [20 + 4 * x + 3 * y * (band + 1) + 20 * band if mode != 'CMYK' else 3 * x + 4 * y + 20 * band for y in range(H) for x in range(W)]
        bands.append(Image.frombytes('L', (W, H), bytes(min(p, 255) for p in pixels)))
    return Image.merge(mode, bands) if len(bands) > 1 else bands[0]


def entry(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    seen = Image.open(io.BytesIO(buffer.getvalue()))
    if 'transparency' in seen.info or seen.mode in ('LA', 'RGBA', 'PA'):
        seen = seen.convert('RGBA')
        seen = Image.alpha_composite(Image.new('RGBA', seen.size, (255, 255, 255, 255)), seen)
        seen = seen.convert('L' if image.mode == 'LA' else 'RGB')
    elif seen.mode in ('P', 'CMYK'):
        seen = seen.convert('RGB')
    elif seen.mode == '1':
        seen = seen.convert('L')
    return {
        'file': base64.b64encode(buffer.getvalue()).decode(),
        'width': W,
        'height': H,
        'channels': len(seen.getbands()),
        'pixels': base64.b64encode(seen.tobytes()).decode(),
        'gray': base64.b64encode(seen.convert('L').tobytes()).decode(),
    }


palette = smooth('RGB').quantize(13)
pictures = {
    'gray.png': entry(smooth('L'), 'PNG'),
    'bits.png': entry(smooth('L').point(lambda p: 255 * (p > 150)).convert('1'), 'PNG'),
    'color.png': entry(smooth('RGB'), 'PNG', optimize=True),
    'palette.png': entry(palette, 'PNG', bits=4),
    'clear-entry.png': entry(palette, 'PNG', transparency=5),
    'gray-alpha.png': entry(smooth('LA'), 'PNG'),
    'alpha.png': entry(smooth('RGBA'), 'PNG'),
    'gray.jpg': entry(smooth('L'), 'JPEG', quality=95),
    'color.jpg': entry(smooth('RGB'), 'JPEG', quality=95, subsampling=0),
    'halved.jpg': entry(smooth('RGB'), 'JPEG', quality=95, subsampling=2),
    'progressive.jpg': entry(smooth('RGB'), 'JPEG', quality=95, progressive=True, subsampling=0),
    'print.jpg': entry(smooth('CMYK'), 'JPEG', quality=95),
    'gray.pgm': entry(smooth('L'), 'PPM'),
    'color.ppm': entry(smooth('RGB'), 'PPM'),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pictures.json'), 'w') as out:
    json.dump(pictures, out, indent=2)
    out.write('\n')
