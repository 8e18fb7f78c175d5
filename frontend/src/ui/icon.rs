use leptos::prelude::*;

/// The pictures there are. Each stands beside words, never for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Home,
    Services,
    Bookings,
    Inbox,
    Me,
    Today,
    People,
    Vet,
    Import,
    Feedback,
    Volunteer,
    Books,
    Back,
    Next,
    Phone,
    Search,
    Close,
    Person,
    Place,
    Warn,
    Done,
    Clock,
    More,
    Watch,
    /// Gone out.
    Out,
    /// Nobody knows.
    Unknown,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
            Self::Services => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
            Self::Bookings => "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5M8 14h3M13 14h3",
            Self::Inbox => "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
            Self::Me | Self::Person => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7z"
            }
            Self::Today => {
                "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1 1M18 18l1 1M19 5l-1 1M6 18l-1 1"
            }
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.5.5 4 2.5 4 5.5"
            }
            Self::Vet => "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
            Self::Import => "M12 4v11M8 11l4 4 4-4M4 20h16",
            Self::Feedback => "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5",
            Self::Volunteer => {
                "M12 20C7 16 3 13 3 8.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 9 1.5C21 13 17 16 12 20z"
            }
            Self::Books => "M4 5c3-1 6-1 8 1 2-2 5-2 8-1v14c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v14",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Next => "M9 5l7 7-7 7",
            Self::Phone => {
                "M6 3h4l1.5 5-2.5 1.5a12 12 0 0 0 5.5 5.5L16 12.5l5 1.5v4c0 1.5-1 3-3 3C10 21 3 14 3 6c0-2 1.5-3 3-3z"
            }
            Self::Search => "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Place => {
                "M12 21s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12zM12 11.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
            }
            Self::Warn => "M12 4 2.5 20h19zM12 10v5M12 17.5v.5",
            Self::Done => "M4 12.5l5.5 5.5L20 7",
            Self::More => {
                "M5 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM12 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM19 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"
            }
            Self::Watch => "M3 12h4l2.5-6 4 12 2.5-6h5",
            Self::Out => "M10 4H5v16h5M10 12h10M16 8l4 4-4 4",
            Self::Unknown => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.8 2.1c-.9.6-1.3 1.1-1.3 2.1M12 16.5v.5"
            }
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
        }
    }

    /// The picture, drawn in the colour of its words.
    #[must_use]
    pub fn draw(self) -> AnyView {
        view! {
            <svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.8"
                stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
                <path d=self.path() />
            </svg>
        }
        .into_any()
    }
}
