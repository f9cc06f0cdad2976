//! A drawing of the page as a file of its own.

use super::browser::{document, object_url, offer};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlImageElement, Url, XmlSerializer,
};

/// What style sheets say, and a file of its own has to say itself.
const STYLES: [&str; 16] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "opacity",
    "paint-order",
    "display",
    "visibility",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
];

/// The first drawing that `selector` finds, as SVG that looks the same anywhere.
pub fn svg(selector: &str) -> Option<String> {
    let original = document()?.query_selector(selector).ok()??;
    let copy = original.clone_node_with_deep(true).ok()?.dyn_into::<Element>().ok()?;
    inline(&original, &copy)?;
    let originals = original.query_selector_all("*").ok()?;
    let copies = copy.query_selector_all("*").ok()?;
    for index in 0..originals.length() {
        let element = |list: &web_sys::NodeList| list.get(index)?.dyn_into::<Element>().ok();
        inline(&element(&originals)?, &element(&copies)?)?;
    }
    let (width, height) = size(&original);
    copy.prepend_with_node_1(&ground(width, height)?.into()).ok()?;
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    copy.set_attribute("width", &width.to_string()).ok()?;
    copy.set_attribute("height", &height.to_string()).ok()?;
    XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

/// The page's ground, as a part of the drawing: elsewhere it may be dark where the page is light.
fn ground(width: f64, height: f64) -> Option<Element> {
    let colour = web_sys::window()?
        .get_computed_style(document()?.body()?.as_ref())
        .ok()??
        .get_property_value("background-color")
        .ok()?;
    let ground = document()?.create_element_ns(Some("http://www.w3.org/2000/svg"), "rect").ok()?;
    ground.set_attribute("width", &width.to_string()).ok()?;
    ground.set_attribute("height", &height.to_string()).ok()?;
    ground.set_attribute("fill", &colour).ok()?;
    Some(ground)
}

/// Writes the styles of one element into the attributes of its copy.
fn inline(original: &Element, copy: &Element) -> Option<()> {
    let style = web_sys::window()?.get_computed_style(original).ok()??;
    for name in STYLES {
        if let Ok(value) = style.get_property_value(name)
            && !value.is_empty()
        {
            copy.set_attribute(name, &value).ok()?;
        }
    }
    for hook in ["class", "data-testid", "tabindex"] {
        copy.remove_attribute(hook).ok()?;
    }
    Some(())
}

/// Width and height in the drawing's own units.
fn size(svg: &Element) -> (f64, f64) {
    let view = svg.get_attribute("viewBox").unwrap_or_default();
    let numbers: Vec<f64> = view.split(' ').filter_map(|part| part.parse().ok()).collect();
    match numbers[..] {
        [_, _, width, height] => (width, height),
        _ => (800.0, 600.0),
    }
}

/// Offers the drawing as PNG, twice as large as it is on the page.
pub fn png(selector: &str, name: &'static str) -> Option<()> {
    let text = svg(selector)?;
    let original = document()?.query_selector(selector).ok()??;
    let (width, height) = size(&original);
    let url = object_url(&text, "image/svg+xml")?;
    let image = HtmlImageElement::new().ok()?;
    let loaded = {
        let (image, url) = (image.clone(), url.clone());
        Closure::once_into_js(move || {
            let _ = paint(&image, (width * 2.0, height * 2.0), name);
            let _ = Url::revoke_object_url(&url);
        })
    };
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&url);
    Some(())
}

fn paint(image: &HtmlImageElement, size: (f64, f64), name: &str) -> Option<()> {
    let canvas = document()?.create_element("canvas").ok()?;
    let canvas = canvas.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(size.0 as u32);
    canvas.set_height(size.1 as u32);
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, size.0, size.1)
        .ok()?;
    offer(name, &canvas.to_data_url_with_type("image/png").ok()?);
    Some(())
}
