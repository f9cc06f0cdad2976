//! Where things are. Pure: a function of who takes part, and of time.

use election_engine::ids::NodeId;
use election_engine::time::SimTime;
use std::f64::consts::TAU;

/// A point of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// Whether the store stands beside the ring or under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Beside: for wide screens.
    Wide,
    /// Under: for phones.
    Tall,
}

/// The places of a cluster's members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    nodes: u8,
    shape: Shape,
}

/// The radius of a node.
pub const NODE: f64 = 34.0;

/// The most nodes that stand in a ring.
pub const MOST_ON_RING: u8 = 15;

/// Half the side of the store.
pub const STORE: f64 = 44.0;

impl Layout {
    /// The places of `nodes` nodes and the store.
    pub fn new(nodes: u8, shape: Shape) -> Layout {
        Layout { nodes, shape }
    }

    /// Width and height of the picture.
    pub fn size(&self) -> (f64, f64) {
        match self.shape {
            Shape::Wide => (750.0, 470.0),
            Shape::Tall => (400.0, 556.0),
        }
    }

    fn ring(&self) -> (Point, f64) {
        match self.shape {
            Shape::Wide => (Point { x: 246.0, y: 236.0 }, 190.0),
            Shape::Tall => (Point { x: 200.0, y: 202.0 }, 156.0),
        }
    }

    /// The place of a node, or of the store. Node 0 is at the top; the others follow clockwise.
    pub fn place(&self, member: NodeId) -> Point {
        if member.0 >= self.nodes {
            return match self.shape {
                Shape::Wide => Point { x: 690.0, y: 236.0 },
                Shape::Tall => Point { x: 200.0, y: 496.0 },
            };
        }
        if self.is_compact() {
            return self.cell(member.0);
        }
        let (centre, radius) = self.ring();
        let angle = TAU * f64::from(member.0) / f64::from(self.nodes) - TAU / 4.0;
        Point { x: centre.x + radius * angle.cos(), y: centre.y + radius * angle.sin() }
    }

    /// Whether there are too many for a ring, so that they stand in rows.
    pub fn is_compact(&self) -> bool {
        self.nodes > MOST_ON_RING
    }

    /// How large nodes are, and what lies between them.
    pub fn scale(&self) -> f64 {
        match self.nodes {
            0..=9 => 1.0,
            nodes if nodes <= MOST_ON_RING => 9.0 / f64::from(nodes),
            _ => {
                let (columns, rows) = self.grid();
                let (width, height) = self.field();
                let cell = (width / f64::from(columns)).min(height / f64::from(rows));
                (cell / (2.5 * NODE)).min(0.6)
            }
        }
    }

    /// How large messages are. They stay large enough to be told apart.
    pub fn message_scale(&self) -> f64 {
        self.scale().max(0.5)
    }

    /// Where the rows are, beside or above the store.
    fn field(&self) -> (f64, f64) {
        match self.shape {
            Shape::Wide => (610.0, 440.0),
            Shape::Tall => (400.0, 430.0),
        }
    }

    /// Columns and rows of about square cells.
    fn grid(&self) -> (u8, u8) {
        let (width, height) = self.field();
        let columns = (f64::from(self.nodes) * width / height).sqrt().ceil().max(1.0) as u8;
        (columns, self.nodes.div_ceil(columns))
    }

    fn cell(&self, index: u8) -> Point {
        let (columns, rows) = self.grid();
        let (width, height) = self.field();
        Point {
            x: width * (f64::from(index % columns) + 0.5) / f64::from(columns),
            y: 5.0 + height * (f64::from(index / columns) + 0.5) / f64::from(rows),
        }
    }

    fn reach(&self, member: NodeId) -> f64 {
        if member.0 >= self.nodes { STORE } else { NODE * self.scale() }
    }

    /// The way of messages from one member to another: an arc that keeps to its own side, so
    /// that the two directions never overlap.
    pub fn arc(&self, from: NodeId, to: NodeId) -> Arc {
        let (a, b) = (self.place(from), self.place(to));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let start = self.reach(from) + 4.0;
        let end = length - self.reach(to) - 4.0;
        // To the right of the direction of travel.
        let bend = length * 0.09;
        let along =
            |d: f64, side: f64| Point { x: a.x + ux * d - uy * side, y: a.y + uy * d + ux * side };
        Arc { from: along(start, 7.0), bend: along(length / 2.0, bend + 7.0), to: along(end, 7.0) }
    }

    /// Every pair of members whose link a line crosses.
    pub fn crossed(&self, from: Point, to: Point) -> Vec<(NodeId, NodeId)> {
        let places: Vec<Point> = NodeId::all(self.nodes + 1).map(|id| self.place(id)).collect();
        let mut pairs = Vec::new();
        for (i, a) in places.iter().enumerate() {
            for (j, b) in places.iter().enumerate().skip(i + 1) {
                if cross((from, to), (*a, *b)) {
                    pairs.push((NodeId::from_index(i), NodeId::from_index(j)));
                }
            }
        }
        pairs
    }

    /// The straight line between the rims of two members.
    pub fn line(&self, from: NodeId, to: NodeId) -> (Point, Point) {
        let (a, b) = (self.place(from), self.place(to));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let (start, end) = (self.reach(from), length - self.reach(to));
        (
            Point { x: a.x + ux * start, y: a.y + uy * start },
            Point { x: a.x + ux * end, y: a.y + uy * end },
        )
    }
}

/// The point of a picture of its `own` size behind a point of the page, counted from the corner
/// of the picture's box there. The picture is as large as fits into the box, and in its middle.
pub fn point_behind(own: (f64, f64), (width, height): (f64, f64), (x, y): (f64, f64)) -> Point {
    let scale = (width / own.0).min(height / own.1).max(0.001);
    Point {
        x: (x - (width - own.0 * scale) / 2.0) / scale,
        y: (y - (height - own.1 * scale) / 2.0) / scale,
    }
}

/// Whether two straight lines cross.
fn cross((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// A gentle curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    /// Its beginning.
    pub from: Point,
    bend: Point,
    /// Its end.
    pub to: Point,
}

impl Arc {
    /// The point at a share of the way, and the direction there in degrees.
    pub fn at(&self, share: f64) -> (Point, f64) {
        let t = share.clamp(0.0, 1.0);
        let mix = |a: f64, b: f64, c: f64| {
            (1.0 - t) * (1.0 - t) * a + 2.0 * (1.0 - t) * t * b + t * t * c
        };
        let slope = |a: f64, b: f64, c: f64| 2.0 * (1.0 - t) * (b - a) + 2.0 * t * (c - b);
        let Arc { from, bend, to } = self;
        let dx = slope(from.x, bend.x, to.x);
        let dy = slope(from.y, bend.y, to.y);
        let point = Point { x: mix(from.x, bend.x, to.x), y: mix(from.y, bend.y, to.y) };
        (point, dy.atan2(dx).to_degrees())
    }

    /// The curve as the value of a path's `d`.
    pub fn path(&self) -> String {
        let Arc { from, bend, to } = self;
        format!("M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}", from.x, from.y, bend.x, bend.y, to.x, to.y)
    }
}

/// How far a message has come: 0 when it leaves, 1 when it arrives.
pub fn share(now: SimTime, sent: SimTime, due: SimTime) -> f64 {
    let whole = due.since(sent).as_micros();
    if whole == 0 {
        return 1.0;
    }
    (now.since(sent).as_micros() as f64 / whole as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_stands_outside_or_on_somebody_else() {
        for (shape, nodes) in [Shape::Wide, Shape::Tall]
            .into_iter()
            .flat_map(|shape| [1, 5, 9, 12, 15, 16, 40, 101].map(|nodes| (shape, nodes)))
        {
            let layout = Layout::new(nodes, shape);
            let (width, height) = layout.size();
            let places: Vec<Point> = NodeId::all(nodes + 1).map(|id| layout.place(id)).collect();
            for (i, a) in places.iter().enumerate() {
                let reach = layout.reach(NodeId::from_index(i));
                assert!(a.x > reach && a.x < width - reach, "{shape:?} {nodes} {i}");
                assert!(a.y > reach && a.y < height - reach, "{shape:?} {nodes} {i}");
                for (j, b) in places[..i].iter().enumerate() {
                    let apart = reach + layout.reach(NodeId::from_index(j));
                    assert!((a.x - b.x).hypot(a.y - b.y) > apart, "{shape:?} {nodes} {i} {j}");
                }
            }
        }
    }

    #[test]
    fn the_two_directions_keep_apart() {
        let layout = Layout::new(5, Shape::Wide);
        let there = layout.arc(NodeId(0), NodeId(3));
        let back = layout.arc(NodeId(3), NodeId(0));
        for step in 1..10 {
            let (a, _) = there.at(f64::from(step) / 10.0);
            let (b, _) = back.at(1.0 - f64::from(step) / 10.0);
            assert!((a.x - b.x).hypot(a.y - b.y) > 10.0);
        }
    }

    #[test]
    fn a_line_crosses_the_links_between_its_two_sides_and_no_others() {
        let layout = Layout::new(4, Shape::Wide);
        let id = NodeId;
        // Node 0 is at the top, 1 at the right, 2 at the bottom, 3 at the left; the store is
        // beside them.
        let across = (Point { x: 0.0, y: 140.0 }, Point { x: 500.0, y: 140.0 });
        let links = [(id(0), id(1)), (id(0), id(2)), (id(0), id(3)), (id(0), id(4))];
        assert_eq!(layout.crossed(across.0, across.1), links);
        assert_eq!(layout.crossed(across.0, across.0), []);
        let beside = (Point { x: 600.0, y: 0.0 }, Point { x: 600.0, y: 470.0 });
        let store = [0, 1, 2, 3].map(|node| (id(node), id(4)));
        assert_eq!(layout.crossed(beside.0, beside.1), store);
    }

    #[test]
    fn a_point_of_the_page_is_found_in_a_box_of_another_shape() {
        let layout = Layout::new(5, Shape::Wide);
        assert_eq!(
            point_behind(layout.size(), (1500.0, 940.0), (150.0, 94.0)),
            Point { x: 75.0, y: 47.0 }
        );
        let high = point_behind(layout.size(), (750.0, 670.0), (75.0, 147.0));
        assert_eq!(high, Point { x: 75.0, y: 47.0 });
    }

    #[test]
    fn a_message_moves_from_rim_to_rim() {
        assert_eq!(share(SimTime(50), SimTime(100), SimTime(200)), 0.0);
        assert_eq!(share(SimTime(150), SimTime(100), SimTime(200)), 0.5);
        assert_eq!(share(SimTime(900), SimTime(100), SimTime(200)), 1.0);
        assert_eq!(share(SimTime(100), SimTime(100), SimTime(100)), 1.0);
    }
}
